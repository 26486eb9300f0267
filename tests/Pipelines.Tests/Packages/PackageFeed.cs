using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;

namespace MLNetGen.Tests.Packages;

/// <summary>All packages as <c>./mlnetgen pack</c> makes them, of a version that no other run has, in a folder that is a feed, and projects outside of the repository that install them.</summary>
public sealed class PackageFeed : IDisposable
{
    private static readonly string[] Projects = ["Onnx", "Export", "Transforms", "Trainers", "Cli", "Templates"];

    private readonly string root = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public PackageFeed()
    {
        // Beside the repository's own build, which other tests are running from.
        foreach (string project in Projects)
        {
            Dotnet(root, "pack", Path.Combine(CommandLine.Root, "src", project), "-c", "Release", "--artifacts-path", PathOf("artifacts"), "-o", Folder, "--nologo", "-v", "quiet",
                $"-p:Version={Version}", "-p:ContinuousIntegrationBuild=true", "-p:RunAnalyzers=false");
        }
        // Beside the machine's own sources.
        new XDocument(new XElement("configuration", new XElement("packageSources", new XElement("add", new XAttribute("key", "mlnetgen-test"), new XAttribute("value", Folder)))))
            .Save(PathOf("NuGet.config"));
    }

    public string Version { get; } = $"0.1.0-test.{Guid.NewGuid():N}";

    public string Folder => PathOf("feed");

    /// <summary>A path outside of the repository, where packages come from the feed and the machine's own sources.</summary>
    public string PathOf(string name) => Path.Combine(root, name);

    /// <summary>A new folder there.</summary>
    public string NewFolder(string name) => Directory.CreateDirectory(PathOf(name)).FullName;

    /// <summary>The nuspec of a package of the feed, and the names of the files in it.</summary>
    public (XElement Metadata, IReadOnlyList<string> Files) Read(string id)
    {
        using ZipArchive package = ZipFile.OpenRead(Path.Combine(Folder, $"{id}.{Version}.nupkg"));
        using Stream nuspec = package.GetEntry($"{id}.nuspec")!.Open();
        XElement metadata = XDocument.Load(nuspec).Root!.Elements().Single();
        foreach (XElement element in metadata.DescendantsAndSelf())
            element.Name = element.Name.LocalName;
        return (metadata, [.. package.Entries.Select(entry => entry.FullName)]);
    }

    /// <summary>Runs <c>dotnet</c>, which must succeed; gives what it said.</summary>
    public static string Dotnet(string folder, params string[] arguments) => Run("dotnet", folder, arguments);

    /// <summary>Runs a program, which must succeed; gives what it said.</summary>
    public static string Run(string program, string folder, params string[] arguments)
    {
        using Process process = CommandLine.StartProgram(program, arguments, folder);
        CommandLine.Outcome outcome = CommandLine.Outcome.Of(process);
        Assert.True(outcome.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {outcome.Output}{outcome.Errors}");
        return outcome.Output;
    }

    public void Dispose()
    {
        // What these tests installed, and nothing else, leaves NuGet's folder again.
        string packages = Dotnet(root, "nuget", "locals", "global-packages", "--list").Split(": ", 2)[1].Trim();
        foreach (string package in Directory.GetDirectories(packages, "mlnetgen*"))
        {
            string installed = Path.Combine(package, Version);
            if (Directory.Exists(installed))
                Directory.Delete(installed, recursive: true);
            if (!Directory.EnumerateFileSystemEntries(package).Any())
                Directory.Delete(package);
        }
        Directory.Delete(root, recursive: true);
    }
}
