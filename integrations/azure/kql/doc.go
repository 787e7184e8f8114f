// Package kql writes queries in the Kusto Query Language. Operators are constants of the
// program, which the compiler sees to; a value enters a query only as a Literal, and Text
// is the one place where text becomes one. So no value can add an operator, a statement or
// a comment.
package kql
