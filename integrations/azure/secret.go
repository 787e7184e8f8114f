package azure

import "log/slog"

// Secret is text that no log, error or fmt verb shows. Reveal hands it to the one
// call that needs it.
type Secret struct{ text string }

// NewSecret wraps text.
func NewSecret(text string) Secret { return Secret{text} }

// Reveal returns the text.
func (s Secret) Reveal() string { return s.text }

const redacted = "[redacted]"

// String, GoString, LogValue and MarshalText hide the text wherever it is printed.
func (s Secret) String() string               { return redacted }
func (s Secret) GoString() string             { return redacted }
func (s Secret) LogValue() slog.Value         { return slog.StringValue(redacted) }
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
