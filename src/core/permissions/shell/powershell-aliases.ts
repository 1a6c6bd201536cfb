// The other names of PowerShell's commands, as they come with it on Windows.

const ALIASES: readonly (readonly [string, string])[] = [
  ['Remove-Item', 'rm del erase rd ri rmdir'],
  ['Get-ChildItem', 'ls dir gci'],
  ['Get-Content', 'cat type gc'],
  ['Set-Content', 'sc'],
  ['Add-Content', 'ac'],
  ['Clear-Content', 'clc'],
  ['Copy-Item', 'cp copy cpi'],
  ['Move-Item', 'mv move mi'],
  ['Rename-Item', 'ren rni'],
  ['New-Item', 'ni'],
  ['Set-Item', 'si'],
  ['Clear-Item', 'cli'],
  ['Get-Item', 'gi'],
  ['Invoke-Item', 'ii'],
  ['Set-Location', 'cd chdir sl'],
  ['Get-Location', 'pwd gl'],
  ['Push-Location', 'pushd'],
  ['Pop-Location', 'popd'],
  ['Write-Output', 'echo write'],
  ['Invoke-Expression', 'iex'],
  ['Invoke-Command', 'icm'],
  ['Invoke-WebRequest', 'iwr curl wget'],
  ['Invoke-RestMethod', 'irm'],
  ['Start-Process', 'saps start'],
  ['Stop-Process', 'kill spps'],
  ['Get-Process', 'ps gps'],
  ['Start-Service', 'sasv'],
  ['Stop-Service', 'spsv'],
  ['Start-Job', 'sajb'],
  ['ForEach-Object', 'foreach %'],
  ['Where-Object', 'where ?'],
  ['Select-Object', 'select'],
  ['Select-String', 'sls'],
  ['Sort-Object', 'sort'],
  ['Measure-Object', 'measure'],
  ['Tee-Object', 'tee'],
  ['Out-Host', 'oh'],
  ['Set-Alias', 'sal'],
  ['New-Alias', 'nal'],
  ['Set-Variable', 'sv set'],
  ['Get-Variable', 'gv'],
  ['Set-ItemProperty', 'sp'],
  ['Remove-ItemProperty', 'rp'],
  ['Import-Module', 'ipmo'],
  ['Get-Help', 'help man'],
  ['Get-Command', 'gcm'],
  ['Clear-Host', 'clear cls'],
  ['Compare-Object', 'diff compare'],
  ['New-PSDrive', 'ndr mount'],
  ['Enter-PSSession', 'etsn'],
  ['Add-PSSnapIn', 'asnp'],
];

const families = new Map<string, readonly string[]>();
for (const [name, aliases] of ALIASES) {
  const family = [name, ...aliases.split(' ')];
  for (const member of family) families.set(member.toLowerCase(), family);
}

/** The command's own name first, then all that it is also called; the name itself when there is no other. */
export function aliasTargets(name: string): readonly string[] {
  // A module may stand before the name.
  const plain = name.slice(name.lastIndexOf('\\') + 1);
  return families.get(plain.toLowerCase()) ?? [plain];
}
