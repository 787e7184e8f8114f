// Package fonts finds fonts of this computer for characters that the ones inside the
// program lack, such as Chinese. It implements paper.Fonts. The fonts are read, never
// changed; the list of them is made on the first question, which can take seconds, and
// kept for the next start in a folder given by the caller.
package fonts
