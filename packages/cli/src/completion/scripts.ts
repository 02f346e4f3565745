/** What each shell runs to complete a command line: all of them ask `rocketeer complete`, which knows every command. */
export const COMPLETION_SCRIPTS = {
  bash: `# bash completion of rocketeer; in ~/.bashrc: source <(rocketeer completion bash)
_rocketeer() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == ':files' ]]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}")
      return
    fi
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <("$1" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _rocketeer rocketeer
`,
  zsh: `#compdef rocketeer
# zsh completion of rocketeer; in ~/.zshrc, behind compinit: source <(rocketeer completion zsh)
_rocketeer() {
  local line
  local -a candidates
  for line in "\${(@f)$("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -z $line ]] && continue
    if [[ $line == ':files' ]]; then
      _files
      return
    fi
    candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  _describe rocketeer candidates
}
compdef _rocketeer rocketeer
`,
  fish: `# fish completion of rocketeer; save as ~/.config/fish/completions/rocketeer.fish
function __rocketeer_complete
  set -l words (commandline -opc)
  set -l last (commandline -ct)
  set -l lines ($words[1] complete -- $words[2..-1] "$last" 2>/dev/null)
  if test "$lines[1]" = ':files'
    __fish_complete_path "$last"
  else
    printf '%s\\n' $lines
  end
end
complete -c rocketeer -f -a '(__rocketeer_complete)'
`,
} as const

export type Shell = keyof typeof COMPLETION_SCRIPTS
