namespace MLNetGen;

/// <summary>The files that tell of a run: <c>metrics.json</c> for programs, <c>run.json</c> to repeat it, <c>report.html</c> for people.</summary>
internal static class RunFiles
{
    /// <param name="folder">Where they go.</param>
    /// <param name="run">What happened.</param>
    /// <param name="page">The family's own part of the report; tables of settings and versions are added to its end.</param>
    public static void Write(string folder, RunRecord run, HtmlReport page)
    {
        IReadOnlyDictionary<string, string> versions = RunVersions.Current();
        RunJson.Write(Path.Combine(folder, "metrics.json"), Metrics(run, versions));
        RunJson.Write(Path.Combine(folder, "run.json"), new { run.Family, Command = run.CommandLine, run.Settings });
        page.Table("Settings", ["setting", "value"], RunSettings.ToRows(run.Settings));
        page.Table("Versions", ["part", "version"], [.. versions.Select(v => (IReadOnlyList<string>)[v.Key, v.Value])]);
        SafeFile.WriteAllText(Path.Combine(folder, "report.html"), page.ToHtml());
    }

    // The same keys in the same order for every family; a dictionary writes nulls, so those are left out here.
    private static OrderedDictionary<string, object> Metrics(RunRecord run, IReadOnlyDictionary<string, string> versions)
    {
        OrderedDictionary<string, object> metrics = new(StringComparer.Ordinal);
        foreach ((string key, object? value) in ((string, object?)[])
        [
            ("family", run.Family),
            ("seed", run.Seed),
            ("settings", run.Settings),
            ("versions", versions),
            ("seconds", run.Seconds),
            ("imagesPerSecond", run.ImagesPerSecond),
            .. run.Course,
            ("test", run.Test),
            ("onnxParity", run.OnnxParity),
            ("warnings", run.Warnings.Count > 0 ? run.Warnings : null),
            ("stopped", run.Stopped),
        ])
        {
            if (value is not null)
                metrics.Add(key, value);
        }
        return metrics;
    }
}
