// Package wire reads the JSON lists of Azure Resource Manager and Microsoft Graph so
// that one malformed row never costs a page: rows are split first and decoded one by
// one, wrong types leave a field empty, and what cannot be decoded is kept raw.
// All functions are pure; none panics on any input.
package wire
