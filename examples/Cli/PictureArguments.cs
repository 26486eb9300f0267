using System.CommandLine;
using Microsoft.ML;

namespace MLNetGen.Cli;

/// <summary>Pictures named on the command line; what cannot be read is named and left out.</summary>
internal sealed class PictureArguments
{
    private readonly Argument<string[]> pictures = new("pictures") { Description = "Picture files, and folders of them", Arity = ArgumentArity.OneOrMore };

    private readonly Option<long> maxPixels = LargestPicture.Option();

    public void AddTo(Command command)
    {
        command.Add(pictures);
        command.Add(maxPixels);
    }

    public ImageFolderOptions Options(ParseResult parsed) => new() { MaximumPixels = parsed.GetValue(maxPixels) };

    public IDataView Load(MLContext context, ParseResult parsed)
    {
        IDataView rows = context.Images.LoadFiles(parsed.GetValue(pictures)!, Options(parsed), out ImageFolderReport report);
        foreach (SkippedPicture skipped in report.Skipped)
            Console.Error.WriteLine($"left out {skipped}");
        return rows;
    }
}
