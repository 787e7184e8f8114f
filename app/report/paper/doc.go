// Package paper sets plain text on pages of a PDF: it breaks lines, puts right-to-left
// text in its order and joins Arabic letters, and chooses a font for every character.
// Fonts are embedded, each cut down to the characters used. A character that no font at
// hand can show is written as its code point, ⟨U+4E2D⟩: nothing is dropped and nothing
// becomes an empty box.
//
// Limits. The PDF library places characters, not glyphs: Arabic is joined through its
// presentation forms, marks above and below letters stand where the font puts them by
// itself, Indic scripts are not shaped, and characters above U+FFFF are code points.
package paper
