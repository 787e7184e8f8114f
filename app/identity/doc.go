// Package identity is the vocabulary of people and workloads at risk: what Entra ID
// Protection and the sign-in log of Microsoft Graph tell (v1.0; sheet part C), the filter
// of those lists, the comparison of two sign-ins, and the ports of the cache for them.
//
// Words of the service are kept as received, also ones that this version does not know;
// what is odd about a row is told by its Marks and never hides it. All functions are
// pure and safe for concurrent use.
package identity
