// Package keychain keeps secrets in the keyring of the operating system: Keychain on
// macOS, Credential Manager on Windows, the Secret Service elsewhere. Nothing is ever
// written to a file. Where there is no keyring a secret is kept for this process only,
// and the caller is told so. Every call ends within its time limit, because a locked
// keyring may ask its person: keep them off the UI goroutine all the same.
package keychain
