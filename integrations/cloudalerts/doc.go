// Package cloudalerts brings alerts of Defender for Cloud into the queue, through
// Azure Resource Manager. Client implements app.Remote and app.Limited: every alert is an
// incident row with itself as its only alert, whose ProviderID tells which alert of
// another source it is.
//
// The list of alerts takes no filter and no order, so every run reads it whole for every
// subscription; rows that have not changed since the run before are left out. An alert
// says when it was made but not when its state changed: a change is dated by the
// service's clock at the moment it was first seen.
//
// An alert has no version either. Its ETag here is a hash of what was read, and Update
// reads again right before it writes.
package cloudalerts
