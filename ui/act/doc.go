// Package act has the dialogs that decide about one incident: close, assign, tag,
// comment. Each names incident, title and tenant; its form is pure and checks itself.
package act
