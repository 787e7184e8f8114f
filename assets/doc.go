// Package assets embeds the files that the program carries with it. It holds data
// only; icon.svg is the source that icon.png is drawn from.
package assets

import _ "embed"

// Icon is the program's icon: PNG, 512 by 512 pixels, with transparent corners.
//
//go:embed icon.png
var Icon []byte
