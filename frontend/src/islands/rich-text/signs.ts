/** Scripts that put no spaces between words, with their punctuation. */
const unspaced = String.raw`\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\uff00-\uffef`;
const opening = String.raw`\s\p{Ps}\p{Pi}\p{Pf}\p{Pd}"'¡¿:;,`;
const closing = String.raw`\s\p{Pe}\p{Pi}\p{Pf}\p{Pd}"'.:;,!?…`;

/** Where a sign like `**` may begin to mark words: never after a letter or a number, so that `2*3*4` has none. */
export const signStart = `(?<=^|[${opening}${unspaced}])`;
const signEnd = `(?=$|[${closing}${unspaced}])`;

/** Whole words between signs: a sum with stars or a name with underscores is none. */
export const markedWords = new RegExp(
  [
    String.raw`${signStart}(\*\*|\*|~~|${"`"})(?!\s|\1)[^\n]*?\S\1${signEnd}`,
    String.raw`(?<=^|[${opening}])_(?![\s_])[^\n]*?[^\s_]_(?=$|[${closing}])`,
    // Bold may end within a word.
    String.raw`(?<=^|\s)\*\*(?![\s*])[^\n*]*[\p{L}\p{N}]\*\*(?=\p{L})`,
  ].join("|"),
  "mu",
);
