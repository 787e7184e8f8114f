package shots

import (
	"watchfloor/app/unlock"
	"watchfloor/ui"
)

// closed are the screens of a window that has no cache open: the first start, the lock and
// what is asked about keys.
func closed(s ui.Services) []still {
	ask := func(name string, n unlock.Need) still {
		n.Tenant = posedTenant
		return still{name, ui.Services{Now: s.Now, Zone: s.Zone, Lock: &ui.Lock{Need: &n}}}
	}
	return []still{
		{"welcome", ui.Services{Now: s.Now, Zone: s.Zone, Start: s.Start}},
		ask("locked", unlock.Need{State: unlock.Idle}),
		ask("locked-passphrase", unlock.Need{State: unlock.Words, Passphrase: true, Phrase: true, Others: true}),
		ask("locked-wrong", unlock.Need{State: unlock.Words, Passphrase: true, Why: "This is not the passphrase of this cache."}),
		ask("key-where", unlock.Need{State: unlock.Choose, Why: "There is no keyring here."}),
		ask("key-waiting", unlock.Need{State: unlock.Waiting, Why: "The system's keyring is locked or cannot be used.", Phrase: true}),
		ask("key-lost", unlock.Need{State: unlock.Lost, Why: "The system's keyring no longer has the key.", Phrase: true, Unsent: 3, Known: true}),
	}
}

// still is a screen that no key leads to.
type still struct {
	name     string
	services ui.Services
}

// renderClosed draws them into dir.
func renderClosed(dir string, s ui.Services) (files []string, err error) {
	for _, x := range closed(s) {
		for _, dark := range themes {
			st := newStage(x.services, dark)
			file, err := st.save(dir, x.name+"-"+themeName(dark))
			st.close()
			if err != nil {
				return files, err
			}
			files = append(files, file)
		}
	}
	return files, nil
}
