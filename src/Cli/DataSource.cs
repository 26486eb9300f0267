using System.CommandLine;
using Microsoft.ML;

namespace MLNetGen.Cli;

/// <summary>The rows that a command works on: <c>--data</c>, <c>--split</c>, <c>--strict</c>, <c>--max-pixels</c>.</summary>
/// <param name="orMoons">Whether the built-in moons take the place of data that are not given.</param>
internal sealed class DataSource(bool orMoons = false)
{
    public Option<string> Data { get; } = new("--data")
    {
        Description = "A folder of pictures (subfolders are labels), or one with MNIST-style idx files" + (orMoons ? $"; unset: {BuiltInMoons.Count:N0} built-in moons" : ""),
        Required = !orMoons,
    };

    public Option<int?> Split { get; } = new("--split")
    {
        Description = "Train on the first N rows, test on the rest; without it a random tenth is held out, of every class alike",
    };

    public Option<string?> Test { get; } = new("--test") { Description = "A folder of test pictures, instead of --split or a random tenth" };

    public Option<bool> HeldOut { get; } = new("--held-out")
    {
        Description = "Only the random tenth that training held out without --split",
    };

    public Option<bool> Strict { get; } = StrictReading.Option();

    public Option<long> MaxPixels { get; } = LargestPicture.Option();

    public void AddTo(Command command)
    {
        command.Add(Data);
        command.Add(Split);
        command.Add(Strict);
        command.Add(MaxPixels);
        OutputPlace.AddCheck(command, Data);
    }

    public IDataView Load(MLContext context, ParseResult parsed)
    {
        if (parsed.GetValue(Data) is { } data)
            return context.Images.Load(data, Options(parsed));
        Console.WriteLine($"No --data: {BuiltInMoons.Count:N0} built-in pictures of the moon.");
        return BuiltInMoons.Load(context);
    }

    public (IDataView Train, IDataView Test) LoadSplit(MLContext context, ParseResult parsed, int seed)
    {
        IDataView all = Load(context, parsed);
        if (parsed.GetValue(Test) is { } test)
        {
            if (parsed.GetValue(Split) is not null)
                throw new ArgumentException("--split and --test name different rows: give one of them.");
            return (all, context.Images.Load(test, Options(parsed)));
        }
        if (parsed.GetValue(Split) is not { } count)
            return HeldOutRows.Split(context, all, seed);
        CheckSplit(count, all);
        return (context.Data.TakeRows(all, count), context.Data.SkipRows(all, count));
    }

    /// <summary>Writes what a run was trained on beside its model.</summary>
    public void Record(ParseResult parsed, int seed, string folder, IDataView train, IDataView test)
    {
        (string? tested, int? split) = (parsed.GetValue(Test), parsed.GetValue(Split));
        bool byChance = tested is null && split is null;
        new DataRecord { Data = parsed.GetValue(Data), Test = tested, Split = split, HeldOutFraction = byChance ? HeldOutRows.Fraction : null, Seed = byChance ? seed : null }.Write(folder, train, test);
    }

    /// <summary>The rows that a model was trained on, and those to judge it on: after <c>--split</c>, or held out by chance; all rows for both where nothing says which.</summary>
    public (IDataView Train, IDataView Test) LoadTrainAndTest(MLContext context, ParseResult parsed, int seed)
    {
        bool heldOut = parsed.GetValue(HeldOut), split = parsed.GetValue(Split) is not null;
        if (heldOut && split)
            throw new ArgumentException("--split and --held-out name different rows: give one of them.");
        if (heldOut || split)
            return LoadSplit(context, parsed, seed);
        IDataView all = Load(context, parsed);
        return (all, all);
    }

    private ImageFolderOptions Options(ParseResult parsed) => new() { Strict = parsed.GetValue(Strict), MaximumPixels = parsed.GetValue(MaxPixels) };

    private static void CheckSplit(int count, IDataView all)
    {
        if (count < 1 || count >= (all.GetRowCount() ?? long.MaxValue))
            throw new ArgumentException($"--split is {count}, and there are {all.GetRowCount()} rows: both parts need at least one row.");
    }
}

/// <summary>The pictures that need no data: what <c>demo</c> learns from, and <c>train vae</c> without <c>--data</c>.</summary>
internal static class BuiltInMoons
{
    public const int Count = 4400;

    /// <summary>The same ones every time.</summary>
    public static IDataView Load(MLContext context) => context.Images.MoonPhases(Count, seed: 1);
}

/// <summary><c>--strict</c>, of every command that reads folders of pictures as rows.</summary>
internal static class StrictReading
{
    public static Option<bool> Option() => new("--strict")
    {
        Description = "Stop at a picture that cannot be read, and at files and folders that are not used, instead of naming them and going on",
    };
}

/// <summary>Where what a command writes must not lie.</summary>
internal static class OutputPlace
{
    /// <summary>Refuses an <c>--out</c> in the folder of pictures: what a run writes would be data of the next one.</summary>
    public static void AddCheck(Command command, Option<string> pictures) => command.Validators.Add(result =>
    {
        if (result.Command.Options.FirstOrDefault(option => option.Name == "--out") is not Option<string> output
            || result.GetValue(pictures) is not { } data || result.GetValue(output) is not { } target)
        {
            return;
        }
        string relative = Path.GetRelativePath(Path.GetFullPath(data), Path.GetFullPath(target));
        if (!Path.IsPathRooted(relative) && relative != ".." && !relative.StartsWith($"..{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            result.AddError($"{output.Name} '{target}' lies in {pictures.Name} '{data}': what is written there would be taken for pictures the next time. Name a folder outside.");
    });
}

/// <summary><c>--max-pixels</c>, of every command that reads pictures.</summary>
internal static class LargestPicture
{
    public static Option<long> Option() => new("--max-pixels")
    {
        Description = "Pictures of more pixels than this are not decoded: they count as ones that cannot be read",
        DefaultValueFactory = _ => new ImageFolderOptions().MaximumPixels,
    };
}

/// <summary>Pictures named on the command line; what cannot be read is named and left out.</summary>
/// <param name="orNone">Where none need be named: what happens then, as a sentence's beginning. Null: at least one is needed.</param>
internal sealed class PictureArguments(string? orNone = null)
{
    private readonly Argument<string[]> pictures = new("pictures")
    {
        Description = "Picture files, and folders of them" + (orNone is null ? "" : $"; none: {orNone}"),
        Arity = orNone is null ? ArgumentArity.OneOrMore : ArgumentArity.ZeroOrMore,
    };

    private readonly Option<bool> strict = StrictReading.Option();

    private readonly Option<long> maxPixels = LargestPicture.Option();

    public void AddTo(Command command)
    {
        command.Add(pictures);
        command.Add(strict);
        command.Add(maxPixels);
    }

    public ImageFolderOptions Options(ParseResult parsed) => new() { Strict = parsed.GetValue(strict), MaximumPixels = parsed.GetValue(maxPixels) };

    /// <summary>Whether any are named.</summary>
    public bool Any(ParseResult parsed) => parsed.GetValue(pictures) is { Length: > 0 };

    public IDataView Load(MLContext context, ParseResult parsed)
    {
        IDataView rows = context.Images.LoadFiles(parsed.GetValue(pictures)!, Options(parsed), out ImageFolderReport report);
        foreach (SkippedPicture skipped in report.Skipped)
            Console.Error.WriteLine($"left out {skipped}");
        if (report.Unused.Count > 0)
            Console.Error.WriteLine($"mlnetgen: {new ImageFolderReport(report.Loaded, []) { Unused = report.Unused }}");
        return rows;
    }
}
