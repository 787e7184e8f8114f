package profiles

import (
	"cmp"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/profile"
)

const (
	folder = "profiles"
	file   = "profile.json"
	slots  = "next-slot" // the slot of the next profile: none is given twice
)

// Store is the profiles of one data folder.
type Store struct{ home string }

// In returns the store of a data folder, which may not exist yet.
func In(home string) Store { return Store{home} }

// Dir is the folder of a profile.
func (s Store) Dir(id string) string { return filepath.Join(s.home, folder, id) }

// List returns the profiles in order of their slots. Those that cannot be read are left
// out; damaged says so in a sentence for each.
func (s Store) List() (list []profile.Profile, damaged []string, err error) {
	entries, err := os.ReadDir(filepath.Join(s.home, folder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, app.E(app.KindInvalid, "The connected tenants cannot be read; check the permissions of the data folder.", err)
	}
	for _, e := range entries {
		if !e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		p, err := s.read(e.Name())
		switch {
		case errors.Is(err, fs.ErrNotExist): // removed, or never finished
		case err != nil:
			damaged = append(damaged, "The settings of the tenant in "+s.Dir(e.Name())+" are damaged; its cache was left alone. Connect the tenant again, or repair "+file+".")
		default:
			list = append(list, p)
		}
	}
	slices.SortFunc(list, func(a, b profile.Profile) int { return cmp.Compare(a.Slot, b.Slot) })
	for i := 1; i < len(list); i++ {
		if list[i].Slot == list[i-1].Slot {
			return nil, nil, app.E(app.KindInvalid, "Two connected tenants claim the same place: a folder in "+filepath.Join(s.home, folder)+" was copied. Move the copy away.", nil)
		}
	}
	return list, damaged, nil
}

func (s Store) read(id string) (profile.Profile, error) {
	var p profile.Profile
	b, err := os.ReadFile(filepath.Join(s.Dir(id), file))
	if err != nil {
		return p, err
	}
	if err := json.Unmarshal(b, &p); err != nil {
		return p, err
	}
	if p.Slot < 0 || p.Slot > fleet.MaxSlot {
		return p, errors.New("slot out of range")
	}
	p.ID = id // the folder is the truth: it may have been renamed by hand
	return p, nil
}

var unsafe = regexp.MustCompile(`[^a-z0-9]+`)

// NewID returns a free id that resembles name. It is not taken before Add.
func (s Store) NewID(name string) string {
	base := strings.Trim(unsafe.ReplaceAllString(strings.ToLower(name), "-"), "-")
	if base == "" {
		base = "tenant"
	}
	base = base[:min(len(base), 30)]
	id := base
	for n := 2; ; n++ {
		if _, err := os.Lstat(s.Dir(id)); errors.Is(err, fs.ErrNotExist) {
			return id
		}
		id = base + "-" + strconv.Itoa(n)
	}
}

// Add stores a profile under its ID, or a new one where that is empty, with a slot of its
// own and a colour that none of the others has, as long as there is one.
func (s Store) Add(p profile.Profile) (profile.Profile, error) {
	list, _, err := s.List()
	if err != nil {
		return p, err
	}
	if p.ID == "" {
		p.ID = s.NewID(p.Name)
	}
	if p.Colour == "" {
		p.Colour = freeColour(list)
	}
	if p.Slot, err = s.takeSlot(list); err != nil {
		return p, say(err)
	}
	if err := os.MkdirAll(s.Dir(p.ID), 0o700); err != nil {
		return p, say(err)
	}
	return p, s.Change(p)
}

func freeColour(list []profile.Profile) string {
	for _, c := range profile.Colours {
		if !slices.ContainsFunc(list, func(p profile.Profile) bool { return p.Colour == c }) {
			return c
		}
	}
	return profile.Colours[len(list)%len(profile.Colours)]
}

// takeSlot counts up durably before the slot is used.
func (s Store) takeSlot(list []profile.Profile) (int, error) {
	path := filepath.Join(s.home, folder, slots)
	next := 0
	b, err := os.ReadFile(path) // #nosec G304 -- our own file in the data folder
	if err == nil {
		next, _ = strconv.Atoi(strings.TrimSpace(string(b)))
	}
	for _, p := range list {
		next = max(next, p.Slot+1)
	}
	if next > fleet.MaxSlot {
		return 0, errors.New("no slot left")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return 0, err
	}
	return next, ReplaceFile(path, []byte(strconv.Itoa(next+1)))
}

// Change stores the profile of p.ID anew.
func (s Store) Change(p profile.Profile) error {
	b, err := json.MarshalIndent(p, "", "  ")
	if err == nil {
		err = ReplaceFile(filepath.Join(s.Dir(p.ID), file), b)
	}
	if err != nil {
		return say(err)
	}
	return nil
}

// Remove deletes a profile with its cache. The profile goes first, so that an
// interrupted removal leaves no tenant behind, only files; ones that cannot be deleted
// are an error.
func (s Store) Remove(id string) error {
	if err := os.Remove(filepath.Join(s.Dir(id), file)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return say(err)
	}
	if err := os.RemoveAll(s.Dir(id)); err != nil {
		return app.E(app.KindInvalid, "The tenant is no longer connected, but files of it could not be deleted: remove the folder "+s.Dir(id)+".", err)
	}
	return nil
}

func say(err error) error {
	return app.E(app.KindInvalid, "The connection's settings cannot be stored; check the space and permissions of the data folder.", err)
}
