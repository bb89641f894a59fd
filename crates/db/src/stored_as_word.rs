/// Lets enums be read from columns of text, in the words that serde has for them.
#[macro_export]
macro_rules! stored_as_word {
    ($($enum:ty),+ $(,)?) => {$(
        impl<DB: ::sqlx::Database> ::sqlx::Type<DB> for $enum
        where
            str: ::sqlx::Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <str as ::sqlx::Type<DB>>::type_info()
            }

            fn compatible(column: &DB::TypeInfo) -> bool {
                <str as ::sqlx::Type<DB>>::compatible(column)
            }
        }

        impl<'r, DB: ::sqlx::Database> ::sqlx::Decode<'r, DB> for $enum
        where
            &'r str: ::sqlx::Decode<'r, DB>,
        {
            fn decode(value: DB::ValueRef<'r>) -> ::std::result::Result<Self, ::sqlx::error::BoxDynError> {
                let word = <&'r str as ::sqlx::Decode<'r, DB>>::decode(value)?;
                let word = ::serde::de::value::BorrowedStrDeserializer::<::serde::de::value::Error>::new(word);
                Ok(<Self as ::serde::Deserialize>::deserialize(word)?)
            }
        }
    )+};
}
