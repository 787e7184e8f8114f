// Package portal is the one gate for addresses that leave the window: it says which pages
// of Microsoft's portals may be opened in a browser. An address comes from a service and
// so, in the end, from whoever can write there; an Address is made here only, and what
// opens pages takes nothing else.
package portal
