@echo off
rem MLNetGen's launcher on Windows: builds, then runs the command.
rem   mlnetgen help
setlocal
where dotnet >nul 2>nul || (echo mlnetgen: the .NET 10 SDK is needed: install it, https://dot.net, and put it on PATH 1>&2 & exit /b 1)
set "command=%~1"
if "%command%"=="setup" goto setup
if "%command%"=="test" goto test
if "%command%"=="pack" goto pack
if "%command%"=="docs" goto docs
if "%command%"=="bench" goto bench
if "%command%"=="fuzz" goto fuzz
dotnet build "%~dp0src\Cli\MLNetGen.Cli.csproj" -c Release --nologo -v quiet 1>&2 || exit /b 1
set "MLNETGEN_LAUNCHER=mlnetgen.cmd"
dotnet "%~dp0src\Cli\bin\Release\net10.0\mlnetgen.dll" %*
exit /b %errorlevel%

:setup
rem What tests compare with is installed on Debian alone.
dotnet build "%~dp0MLNetGen.sln" -c Release --nologo -v quiet
exit /b %errorlevel%

:pack
rem pack [--out FOLDER] [--systems win-x64]; of several, write "win-x64;linux-x64".
set "out=%~dp0out\packages"
set "systems=linux-x64;win-x64;osx-arm64"
:packoption
shift
if "%~1"=="--out" set "out=%~f2" & shift & goto packoption
if "%~1"=="--systems" set "systems=%~2" & shift & goto packoption
if not "%~1"=="" echo mlnetgen: 'pack' knows no '%~1': --out names a folder, --systems what the tool is packed for 1>&2 & exit /b 1
dotnet pack "%~dp0MLNetGen.sln" -c Release -o "%out%" --nologo -v quiet -p:ContinuousIntegrationBuild=true "-p:ToolPackageRuntimeIdentifiers=\"%systems%\"" || exit /b 1
echo mlnetgen: the packages are in %out% 1>&2
exit /b 0

:docs
dotnet build "%~dp0src\Trainers\MLNetGen.Trainers.csproj" -c Release --nologo -v quiet 1>&2 || exit /b 1
cd /d "%~dp0"
dotnet tool restore || exit /b 1
dotnet docfx docfx.json --logLevel Error
exit /b %errorlevel%

:bench
dotnet build "%~dp0tests\Benchmarks\MLNetGen.Benchmarks.csproj" -c Release --nologo -v quiet 1>&2 || exit /b 1
dotnet "%~dp0tests\Benchmarks\bin\Release\net10.0\mlnetgen-bench.dll" %*
exit /b %errorlevel%

:fuzz
dotnet build "%~dp0tests\Fuzz\MLNetGen.Fuzz.csproj" -c Release --nologo -v quiet 1>&2 || exit /b 1
for /f "tokens=1,*" %%a in ("%*") do dotnet "%~dp0tests\Fuzz\bin\Release\net10.0\mlnetgen-fuzz.dll" %%b
exit /b %errorlevel%

:test
dotnet test "%~dp0MLNetGen.sln" -c Release --nologo -m:1
exit /b %errorlevel%
