using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace MLNetGen.Cli.Commands;

internal static class RunsCommand
{
    // More figures than these are for --json; what is no terminal has no width of its own.
    private const int MostFigures = 3, PlainWidth = 120;

    public static Command Create()
    {
        Argument<string[]> folders = new("folders") { Description = "Runs, and folders of runs", DefaultValueFactory = _ => ["out"] };
        Command command = new("runs", "List runs with their figures, and the settings that differ") { folders };
        command.SetAction(parsed =>
        {
            RunSummary[] runs = [.. parsed.GetValue(folders)!.SelectMany(RunSummary.Under).DistinctBy(run => Path.GetFullPath(run.Folder)).OrderBy(run => run.Folder, StringComparer.Ordinal)];
            if (runs.Length == 0)
                throw new ArgumentException($"there are no runs in {string.Join(", ", parsed.GetValue(folders)!)}: train one, or name the folder that they are in.");
            JsonOutput.Add("runs", runs);
            Show(["run", "family", "state", "epochs", "time", "figures"],
                runs.Select(run => (string[])[run.Folder, run.Family, run.State, run.Epochs.ToString(CultureInfo.InvariantCulture), run.Time, Figures(run)]));
            foreach (IGrouping<string, RunSummary> family in runs.GroupBy(run => run.Family).Where(family => family.Count() > 1))
                ShowDifferences([.. family]);
            return 0;
        });
        return command;
    }

    private static string Figures(RunSummary run) =>
        string.Join("  ", run.Figures.Take(MostFigures).Select(figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Key} {figure.Value:G4}")));

    private static void ShowDifferences(RunSummary[] runs)
    {
        string[] names = [.. runs.SelectMany(run => run.Settings.Keys).Distinct().Where(name => runs.Select(run => run.Settings.GetValueOrDefault(name, "")).Distinct().Count() > 1)];
        if (names.Length == 0)
            return;
        Console.WriteLine();
        Show(["setting", .. runs.Select(run => Path.GetFileName(run.Folder))], names.Select(name => (string[])[name, .. runs.Select(run => run.Settings.GetValueOrDefault(name, "–"))]));
    }

    private static void Show(string[] head, IEnumerable<string[]> rows)
    {
        if (!AnsiConsole.Profile.Out.IsTerminal)
            AnsiConsole.Profile.Width = PlainWidth;
        Table table = new() { Border = TableBorder.Horizontal, UseSafeBorder = true };
        foreach (string name in head) table.AddColumn(new TableColumn(new Text(name)).PadLeft(0));
        foreach (string[] row in rows) table.AddRow(row.Select(text => new Text(text)));
        AnsiConsole.Write(table);
    }
}
