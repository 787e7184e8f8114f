package ui

import (
	"strconv"

	"watchfloor/app"
	"watchfloor/ui/act"
	"watchfloor/ui/look"
	"watchfloor/ui/settings"
)

// retention is for how many days closed incidents are kept, 0 for ever.
func (sh *Shell) retention() int { return app.Retention(sh.prefs.Get(app.RetentionPref)) }

// shortRetention is below what is kept only after asking: whoever meant 400 and typed 4
// would lose a year.
const shortRetention = 30

// askRetention asks for the number of days.
func (sh *Shell) askRetention() {
	if sh.s.Queue == nil {
		sh.say("There is no tenant yet whose incidents would be kept.", look.Dim)
		return
	}
	usual := strconv.Itoa(app.UsualRetention)
	sh.open(act.NewDays(act.Days{
		Title: "Keep closed incidents",
		Help: "For how many days after it was closed an incident stays on this computer, for all tenants. 0 is for ever; " + usual +
			" is the usual. Once a day what is older leaves the caches and their search, not the services.",
		Now: sh.retention(), Most: app.LongestRetention,
		Doubt: func(days int) string {
			if days == 0 || days >= shortRetention {
				return ""
			}
			return "Everything closed longer ago than " + settings.RetentionWords(days) + " goes from this computer."
		},
		Take: func(days int) {
			sh.prefs.Set(app.RetentionPref, strconv.Itoa(days))
			words := "Closed incidents stay for ever from now on."
			if days > 0 {
				words = "Closed incidents stay for " + settings.RetentionWords(days) + " from now on."
			}
			sh.say(words, look.Normal)
			if p, ok := sh.page().(interface{ Themed() }); ok {
				p.Themed()
			}
		},
		Close: sh.closeDialog,
	}), nil)
}
