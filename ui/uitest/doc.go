// Package uitest has stand-ins for the services behind the window, for tests only: each
// answers from memory and lets a test replace any call by a function.
package uitest
