// Package queue is the list of incidents with its filter, saved views and preview.
//
// Promises. Rows never move under the cursor: new rows wait until they are taken in,
// what changes is redrawn in place, the row under the cursor stays even when it no
// longer matches. Rows that are marked stay marked, whatever the list shows, until they
// are acted on or freed. The preview follows the cursor at once from the row and is completed
// when the details arrive; a late answer never replaces a newer one.
package queue
