@echo off
rem MLNetGen's launcher on Windows: builds, then runs the command.
rem   mlnetgen help
setlocal
set "solution=%~dp0MLNetGen.sln"
if "%~1"=="setup" dotnet build "%solution%" -c Release --nologo -v quiet & goto :eof
if "%~1"=="test" dotnet test "%solution%" -c Release --nologo -m:1 & goto :eof
dotnet build "%~dp0examples\Cli\MLNetGen.Cli.csproj" -c Release --nologo -v quiet 1>&2 || exit /b 1
if "%~1"=="" (dotnet "%~dp0examples\Cli\bin\Release\net10.0\mlnetgen.dll" help) else (dotnet "%~dp0examples\Cli\bin\Release\net10.0\mlnetgen.dll" %*)
exit /b %errorlevel%
