using System.Text.Json;

namespace MLNetGen.Tests.Cli;

/// <summary>What <c>./mlnetgen bench export</c> prints; how fast it was is nothing that a test could hold.</summary>
public sealed class BenchExportCommandTests
{
    [PythonFact("torch", "torchvision")]
    public void A_network_is_exported_checked_and_compared_with_PyTorch()
    {
        CommandLine.Outcome outcome = CommandLine.Bench("export", "--network", "mobilenet_v3_small", "--rounds", "1", "--warm-up", "--json");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Dictionary<string, JsonElement> comparisons = outcome.Output.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement)
            .ToDictionary(comparison => comparison.GetProperty("name").GetString()!);
        const string Name = "export torchvision mobilenet_v3_small";
        Assert.Equal(
            OperatingSystem.IsLinux()
                ? [Name, $"{Name}, extra memory in MB", $"{Name}, extra memory beyond 150 MB", $"{Name}, file", $"{Name}, relative error"]
                : [Name, $"{Name}, file", $"{Name}, relative error"],
            comparisons.Keys);
        Assert.Equal("s", comparisons[Name].GetProperty("unit").GetString());
        Assert.Equal("PyTorch", comparisons[Name].GetProperty("peerName").GetString());
        double seconds = comparisons[Name].GetProperty("ours").GetDouble(), peer = comparisons[Name].GetProperty("peer").GetDouble();
        Assert.Equal(seconds / peer, comparisons[Name].GetProperty("ratio").GetDouble(), 1e-9);
        // 2,542,856 parameters and 12,112 running statistics, of 4 bytes each.
        double file = comparisons[$"{Name}, file"].GetProperty("ours").GetDouble(), weights = comparisons[$"{Name}, file"].GetProperty("limit").GetDouble();
        Assert.InRange(weights, 10.2, 10.3);
        Assert.InRange(file, weights, 1.02 * weights);
        JsonElement error = comparisons[$"{Name}, relative error"];
        Assert.InRange(error.GetProperty("ours").GetDouble(), double.Epsilon, 1e-5);
        Assert.All(["peer", "peerName", "ratio"], absent => Assert.Equal(JsonValueKind.Null, error.GetProperty(absent).ValueKind));
    }

    [Fact]
    public void A_network_that_nobody_knows_is_named_beside_those_that_there_are()
    {
        CommandLine.Outcome outcome = CommandLine.Bench("export", "--network", "resnet18,resnet19");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("--network has 'resnet19'; it must be all or one of alexnet_2012, alexnet, ", Assert.Single(outcome.Errors.TrimEnd().Split('\n')));
    }

    [Fact]
    public void Help_names_every_network()
    {
        string help = CommandLine.Bench("export", "--help").Output;
        Assert.All(["all:", "vgg19_bn", "wide_resnet101_2", "--warm-up"], word => Assert.Contains(word, help));
    }
}
