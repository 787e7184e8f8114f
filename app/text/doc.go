// Package text makes tenant text safe to read: control and bidirectional characters
// become visible, indicators are defanged, long titles keep both ends. Its results
// are plain text; escaping for CSV, HTML or a query is the writer's business.
package text
