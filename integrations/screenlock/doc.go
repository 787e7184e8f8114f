// Package screenlock tells when the person's screen is locked or the computer goes to
// sleep, where the system says so: on Linux over D-Bus, by logind and by the screen savers
// of the desktops. On other systems it tells nothing.
//
// It only listens; what it hears may come twice, and late.
package screenlock
