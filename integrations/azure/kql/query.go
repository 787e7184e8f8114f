package kql

// fixed is text that only a constant can be outside of this package: a variable would have
// to be converted to a type that cannot be named there.
type fixed string

// Query is a table and what is done with its rows.
type Query struct{ text string }

// From begins with a table.
func From(table fixed) Query { return Query{string(table)} }

// Where keeps the rows for which test, such as "type ==", holds of v.
func (q Query) Where(test fixed, v Literal) Query {
	return Query{q.text + " | where " + string(test) + " " + v.text}
}

// Pipe goes on with a whole operator, such as "order by id asc".
func (q Query) Pipe(operator fixed) Query { return Query{q.text + " | " + string(operator)} }

func (q Query) String() string { return q.text }
