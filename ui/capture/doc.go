// Package capture asks the system to leave a window out of screenshots, recordings and
// shared screens. Windows (since version 2004; older ones show a black area) and macOS
// offer that; X11 and Wayland do not, there every program that may take pictures sees the
// window. It does not keep anybody from photographing the screen, and programs with the
// rights of an administrator may ignore it.
package capture
