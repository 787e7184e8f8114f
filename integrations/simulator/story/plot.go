package story

import "time"

// stage is one incident of a scenario, or a rule of the noise.
type stage struct {
	after    time.Duration // since the scenario began
	side     Side
	sev      Severity
	title    string // {role} stands for a name of the cast
	desc     string
	tactics  string // Sentinel's names, separated by blanks
	techs    string
	alerts   []alertPlot
	tasks    []string
	bookmark string // a hunting query, for stages that somebody investigated
	verdict  Class
	detail   string // Graph's determination, with verdict
}

// alertPlot is one detection of a stage.
type alertPlot struct {
	title   string
	product Product
	things  string // roles, separated by blanks
}

// scenario is an attack that unfolds over days.
type scenario struct {
	name   string
	stages []stage
}

const day = 24 * time.Hour
