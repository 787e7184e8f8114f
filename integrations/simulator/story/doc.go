// Package story invents what a tenant of a mid-sized company goes through: attacks
// that unfold over days across products, people and machines, and the noise around
// them. Everything follows from a seed: Schedule says which incidents exist and how
// they were handled, World tells the rest of one incident when asked, always the same.
//
// All names, addresses and identifiers are invented: domains end in .example,
// addresses are private or reserved for documentation.
package story
