// Package logs writes records that may be handed to somebody else: one JSON record a line,
// and from level info on nothing in them that names a person, a machine, a tenant, an
// address or a file, and no token at any level.
//
// Two nets hold that. The first goes by type: numbers, times and booleans pass; an error
// gives up the paths, addresses and hosts that its causes name; structs, maps and bytes
// are replaced by the name of their type; what is a slog.LogValuer speaks for itself. The
// second reads text word by word and lets pass only what looks like an ordinary word, a
// small number or a code of the program: whatever else stands there is replaced by what
// it seems to be, such as [mail], [ip], [id], [path], [name], [token] or [text].
//
// Words that are only letters pass, so a person's name or the words of a recovery phrase
// must not be logged in the first place.
package logs
