// Package odata reads the part of OData's query language that the simulated services
// understand: $filter with comparisons, contains, startswith, in, and, or, not and
// parentheses; and $orderby with one property.
//
// An expression is checked against a schema when it is parsed, so evaluating one
// cannot fail. Expressions are immutable and safe for concurrent use.
package odata
