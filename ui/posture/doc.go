// Package posture is the place of security posture: scores of three models side by side
// and never mixed, what moved them, recommendations with the resources behind them,
// compliance, security contacts and the controls of Microsoft 365. The Presenter is the
// state and belongs to the UI goroutine; the Screen shows it.
package posture
