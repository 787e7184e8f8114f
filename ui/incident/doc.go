// Package incident is the page of one incident: header and the tabs story, alerts,
// entities, evidence, comments, tasks, log and raw.
//
// Promises. The header is drawn from the queue's row at once; everything beneath
// follows when it is read, and again when it changes, without moving the cursor of a
// tab. Indicators are shown defanged. Raw JSON is read only when its tab is opened.
// Leaving the page cancels what it was reading.
package incident
