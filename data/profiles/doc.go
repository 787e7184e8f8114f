// Package profiles keeps the connected tenants of a data folder: one folder each, with
// the profile, its cache and what belongs to it. Nothing in these files is secret.
//
// A profile is there once its profile.json is, which is written whole or not at all; one
// that cannot be read is reported and its folder left alone. Only the process that owns
// the data folder may add, change or remove.
package profiles
