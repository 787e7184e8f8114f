// Package permission is the table of what Watchfloor does at each service and of what
// each takes there: the permission of Microsoft Graph, the role in Entra or Azure, the
// licence. It is the single source of that: the test of a connection, the screen of
// permissions, docs/connect.md and the outbox read it.
//
// Names of permissions and roles are those of the published references of Microsoft
// Graph v1.0, of Azure's built-in roles and of the directory roles of Entra.
package permission
