# How a suite of JUnit classes from Maven Central is run: classes side by side, a JVM each, one second try. Source it after target.sh.
#
#   junit_suite NAME VERSION PACKAGE OURS [--setup] [--target TARGET] [--compare] [--lanes N] [--short | CLASS…]
#
# NAME/pom.xml names what to fetch, to $home/lib; NAME/OURS.java is the one class of ours, which starts servers as processes; compiled to
# $home/classes. NAME/classes.txt lists the classes, skips/NAME.md what does not count. All class names begin with PACKAGE, which may be
# left out. The suite defines before:
#   run_class LANE TARGET TEMPORARY CLASS   runs one class, its reports below TEMPORARY/reports/CLASS, its output to TEMPORARY/CLASS.log
#   short_form                              filters the lines of classes.txt for --short
#   class_of                                filters names of tests to those of their classes, both without PACKAGE

junit_suite() {
  suite=$1
  home=$CACHE/$1-tests-$2
  package=$3
  local stamp=$1-tests-$2 ours=$CONFORMANCE/$1/$4.java
  shift 4
  target=branta
  lanes=2
  local compare='' setup='' filter=cat
  while [ $# -gt 0 ]; do
    case $1 in
      --target) target=$2; shift 2 ;;
      --compare) compare=yes; shift ;;
      --lanes) lanes=$2; shift 2 ;;
      --short) filter=short_form; shift ;;
      --setup) setup=yes; shift ;;
      -*) die "could not read \"$1\": wanted --target TARGET, --compare, --lanes N, --short or the name of a class" ;;
      *) break ;;
    esac
  done
  once "$stamp" junit_suite_setup
  [ -z "$setup" ] || return 0
  # Ours may have changed since the last run.
  javac -nowarn -cp "$home/lib/*" -d "$home/classes" "$ours"
  mkdir -p "$CACHE/results"
  if [ $# -eq 0 ]; then
    local classes
    mapfile -t classes < <(grep -v '^#' "$CONFORMANCE/$suite/classes.txt" | "$filter" | sed 's/ *#.*//')
    set -- "${classes[@]}"
  fi
  set -- "${@/#$package/}"
  set -- "${@/#/$package}"

  out=$CACHE/results/$suite-$target
  local baseline=$CACHE/results/$suite-apache-3.9.5.tsv skips=$CONFORMANCE/skips/$suite.md
  junit_suite_run "$target" "$out" "$@"
  second_try "$out" "$skips" junit_suite_again
  if [ -n "$compare" ] && [ ! -e "$baseline" ]; then junit_suite_run apache-3.9.5 "${baseline%.tsv}" "$@"; fi
  say "log: $out.log"
  python3 "$CONFORMANCE/report.py" "$out.tsv" --skips "$skips" "${SECOND[@]}" ${compare:+--baseline "$baseline"}
}

junit_suite_setup() {
  command -v javac >/dev/null 2>&1 || apt_install default-jdk-headless
  need mvn maven
  rm -rf "$home" && mkdir -p "$home/classes"
  mvn -q -B -f "$CONFORMANCE/$suite/pom.xml" dependency:copy-dependencies -DoutputDirectory="$home/lib" >&2
}

# junit_suite_run TARGET OUT CLASS…
junit_suite_run() {
  local target=$1 out=$2 temporary class lane lane_ids=()
  shift 2
  temporary=$(mktemp -d)
  mkdir "$temporary/taken"
  for ((lane = 1; lane <= lanes; lane++)); do
    # Each lane takes the next class that none has taken.
    (
      for class in "$@"; do
        mkdir "$temporary/taken/$class" 2>/dev/null || continue
        began=$SECONDS
        run_class "$lane" "$target" "$temporary" "$class" >"$temporary/$class.log" 2>&1 || true
        rm -rf "${temporary:?}/$class"
        say "${class#"$package"}: $((SECONDS - began)) s"
      done
    ) &
    lane_ids+=($!)
  done
  wait "${lane_ids[@]}"
  : >"$out.log"
  : >"$out.server.log"
  for class in "$@"; do
    cat "$temporary/$class.log" >>"$out.log"
    [ ! -e "$temporary/$class.server.log" ] || cat "$temporary/$class.server.log" >>"$out.server.log"
  done
  "$CONFORMANCE/junit_results.py" "$temporary/reports" "$package" "$@" >"$out.tsv"
  rm -rf "$temporary"
}

# junit_suite_again TEST…: runs the classes of those tests.
junit_suite_again() {
  local classes
  mapfile -t classes < <(printf '%s\n' "$@" | class_of | sort -u)
  junit_suite_run "$target" "$out-second" "${classes[@]/#/$package}"
}
