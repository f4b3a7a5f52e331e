/** Each asks `benchd completion words` for what may stand where the cursor is; what that does not know are files. */
export const scripts: Readonly<Record<string, string>> = {
  bash: `# benchd in bash: into ~/.bashrc, or a file of /etc/bash_completion.d
_benchd() {
  local IFS=$'\\n'
  COMPREPLY=($(benchd completion words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  # After a Thing its property is to follow, without a space.
  if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *. ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -o default -F _benchd benchd`,

  zsh: `#compdef benchd
# benchd in zsh: as _benchd into a folder of $fpath, or into ~/.zshrc after compinit
_benchd() {
  local -a found open
  found=(\${(f)"$(benchd completion words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  open=(\${(M)found:#*.})
  found=(\${found:#*.})
  if (( $#open + $#found == 0 )); then _files; return; fi
  (( $#open )) && compadd -S '' -- $open
  (( $#found )) && compadd -- $found
}
if [[ $funcstack[1] == _benchd ]]; then _benchd "$@"; else compdef _benchd benchd; fi`,

  fish: `# benchd in fish: as benchd.fish into ~/.config/fish/completions
function __benchd_words
    set -l before (commandline -opc)
    set -e before[1]
    benchd completion words -- $before (commandline -ct) 2>/dev/null
end
complete -c benchd -a '(__benchd_words)'`,
};
