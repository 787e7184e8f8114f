package cli

import (
	"encoding/json"
	"io"
	"runtime/debug"
	"strings"
)

// Carried is code in the program that is no Go module: C that a module brings along.
type Carried struct {
	Name, Version, CPE string // CPE 2.3, by which advisories name it
	Module             string // path of the Go module that brings it
}

// bill is a software bill of materials: CycloneDX 1.6, as far as a build knows one.
type bill struct {
	Format     string      `json:"bomFormat"`
	Spec       string      `json:"specVersion"`
	Version    int         `json:"version"`
	Metadata   about       `json:"metadata"`
	Components []component `json:"components"`
	Depends    []depends   `json:"dependencies"`
}

type about struct {
	Component component `json:"component"`
}

type component struct {
	Type       string     `json:"type"`
	Ref        string     `json:"bom-ref"`
	Name       string     `json:"name"`
	Version    string     `json:"version,omitempty"`
	CPE        string     `json:"cpe,omitempty"`
	PURL       string     `json:"purl,omitempty"`
	Properties []property `json:"properties,omitempty"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type depends struct {
	Ref string   `json:"ref"`
	On  []string `json:"dependsOn"`
}

// writeBill writes what the program was built of, as the linker noted it: every module
// with its sum, the standard library as module std, and what is carried besides. It holds
// no time and no random number: the same program gives the same bytes.
func writeBill(w io.Writer, info *debug.BuildInfo, version string, carried []Carried) error {
	main := component{Type: "application", Ref: "watchfloor", Name: "watchfloor", Version: version}
	for _, s := range info.Settings {
		switch s.Key {
		case "GOOS", "GOARCH", "CGO_ENABLED", "-tags":
			main.Properties = append(main.Properties, property{"go:build:" + s.Key, s.Value})
		}
	}
	b := bill{Format: "CycloneDX", Spec: "1.6", Version: 1, Metadata: about{main}}
	of := map[string]string{} // ref of a module by its path
	add := func(m debug.Module) {
		if m.Replace != nil {
			m = *m.Replace
		}
		c := component{Type: "library", Name: m.Path, Version: m.Version, PURL: "pkg:golang/" + m.Path + "@" + m.Version}
		c.Ref = c.PURL
		if m.Sum != "" {
			c.Properties = []property{{"go:sum", m.Sum}}
		}
		of[m.Path], b.Components = c.Ref, append(b.Components, c)
	}
	add(debug.Module{Path: "std", Version: strings.TrimPrefix(info.GoVersion, "go")})
	for _, m := range info.Deps {
		add(*m)
	}
	root := depends{Ref: main.Ref}
	for _, c := range b.Components {
		root.On = append(root.On, c.Ref)
	}
	b.Depends = []depends{root}
	for _, c := range carried {
		ref := "pkg:generic/" + c.Name + "@" + c.Version
		b.Components = append(b.Components, component{Type: "library", Ref: ref, Name: c.Name, Version: c.Version, CPE: c.CPE, PURL: ref})
		if from, ok := of[c.Module]; ok {
			b.Depends = append(b.Depends, depends{Ref: from, On: []string{ref}})
		}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(b)
}
