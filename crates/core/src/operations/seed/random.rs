use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Randomness that is the same in every run: SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
/// generators", 2014). Not for secrets.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 to `end` − 1; 0 when `end` is 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX);
        // The bias of a remainder is far below what made-up data could show.
        usize::try_from(self.next().checked_rem(end).unwrap_or(0)).unwrap_or(0)
    }

    /// A number from `from` to `to`, both included.
    pub(super) fn between(&mut self, from: i64, to: i64) -> i64 {
        let width = usize::try_from(to - from + 1).unwrap_or(0);
        from + i64::try_from(self.below(width)).unwrap_or(0)
    }

    /// A fraction from 0 to below 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are what a float holds")]
    pub(super) fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True in `percent` of 100 cases.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of a list that has any.
    pub(super) fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }

    /// An id as one made at that time would be.
    pub(super) fn id(&mut self, at: DateTime<Utc>) -> Uuid {
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
        let mut bytes = [0; 10];
        bytes[..8].copy_from_slice(&self.next().to_le_bytes());
        bytes[8..].copy_from_slice(&self.next().to_le_bytes()[..2]);
        uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
    }
}

/// Chooses among ranked things so that the thing of rank k comes up about 1/k^0.8 as often as the first: the long
/// tail that catalogs have (Zipf's law with an exponent below 1).
pub(super) struct Popularity {
    /// Sums of the weights so far, with what they stand for.
    sums: Vec<(f64, usize)>,
}

impl Popularity {
    /// The most popular first.
    pub(super) fn new(ranked: impl IntoIterator<Item = usize>) -> Self {
        let mut sum = 0.0;
        let sums = (1_u32..)
            .zip(ranked)
            .map(|(rank, thing)| {
                sum += f64::from(rank).powf(-0.8);
                (sum, thing)
            })
            .collect();
        Self { sums }
    }

    pub(super) fn len(&self) -> usize {
        self.sums.len()
    }

    pub(super) fn choose(&self, random: &mut Random) -> Option<usize> {
        let (total, last) = self.sums.last()?;
        let point = random.fraction() * total;
        let at = self.sums.partition_point(|(sum, _)| *sum <= point);
        Some(self.sums.get(at).map_or(*last, |(_, thing)| *thing))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_generator_it_says_it_is() {
        // The first numbers of SplitMix64 for seed 1234567, as its authors' C program prints them.
        let mut random = Random::new(1_234_567);
        assert_eq!(random.next(), 6_457_827_717_110_365_317);
        assert_eq!(random.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn the_first_is_the_most_popular_and_the_last_is_chosen_too() {
        let mut random = Random::new(1);
        let popularity = Popularity::new(0..50);
        let mut chosen = [0; 50];
        for _ in 0..20_000 {
            chosen[popularity.choose(&mut random).unwrap()] += 1;
        }
        assert!(chosen[0] > 2 * chosen[3], "{chosen:?}");
        assert!(chosen[49] > 0, "{chosen:?}");
        assert_eq!(Popularity::new([]).choose(&mut random), None);
    }

    #[test]
    fn numbers_stay_in_their_range() {
        let mut random = Random::new(7);
        for _ in 0..1_000 {
            assert!((3..=5).contains(&random.between(3, 5)));
            assert!((0.0..1.0).contains(&random.fraction()));
        }
        assert_eq!(random.below(0), 0);
    }
}
