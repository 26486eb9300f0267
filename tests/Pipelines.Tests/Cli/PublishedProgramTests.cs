using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MLNetGen.Tests.Cli;

/// <summary>examples/Vae as <c>dotnet publish</c> makes it for another machine: with every library it needs, in a folder or in one file.</summary>
public sealed class PublishedProgramTests(PublishedProgramTests.Build build) : IClassFixture<PublishedProgramTests.Build>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_trains_and_scores_without_NuGets_folder(bool inOneFile)
    {
        string name = inOneFile ? "one file" : "folder", output = build.Publish(name, inOneFile);
        Assert.NotEqual(inOneFile, File.Exists(Path.Combine(output, "MLNetGen.Trainers.dll")));
        string work = Directory.CreateDirectory(Path.Combine(build.Folder, name + ", run")).FullName;
        using Process process = CommandLine.StartProgram(Path.Combine(output, "MLNetGen.Examples.Vae"), [Pictures(work)], work, ("NUGET_PACKAGES", Path.Combine(work, "none")));
        CommandLine.Outcome outcome = CommandLine.Outcome.Of(process);
        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Errors);
        Assert.All(["fresh.png", "vae.zip", "onnx/encoder.onnx", "onnx/decoder.onnx"], file => Assert.True(new FileInfo(Path.Combine(work, file)).Length > 0, file));
    }

    private static string Pictures(string folder)
    {
        string pictures = Directory.CreateDirectory(Path.Combine(folder, "pictures")).FullName;
        byte[] shades = new byte[16 * 16];
        for (int i = 0; i < 64; i++)
        {
            new Random(i).NextBytes(shades);
            using var image = new Picture(16, 16, 1, shades).ToImage();
            image.Save(Path.Combine(pictures, $"{i}.png"));
        }
        return pictures;
    }

    public sealed class Build : IDisposable
    {
        public string Folder { get; } = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

        // Beside the repository's own build, which other tests are running from.
        public string Publish(string name, bool inOneFile)
        {
            string output = Path.Combine(Folder, name);
            using Process process = CommandLine.StartProgram("dotnet",
            [
                "publish", Path.Combine(CommandLine.Root, "examples", "Vae"), "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "--artifacts-path", Path.Combine(Folder, "artifacts"),
                "-o", output, "--nologo", "-v", "quiet", $"-p:PublishSingleFile={inOneFile}",
                // The repository's own build has the analyzers, that of single files among them.
                "-p:RunAnalyzers=false", "-p:GenerateDocumentationFile=false",
            ]);
            CommandLine.Outcome outcome = CommandLine.Outcome.Of(process);
            Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Errors);
            return output;
        }

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }
}
