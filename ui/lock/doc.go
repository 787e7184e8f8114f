// Package lock is the page and the dialog that ask about the key of a cache: to unlock
// the window, to choose where the key of a new cache is, and to say what can be done when
// a key is gone. It shows no text of a tenant's but the name its person gave it, and
// forgets typed words as soon as they are handed over.
package lock
