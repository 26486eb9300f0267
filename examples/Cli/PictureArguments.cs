using System.CommandLine;
using Microsoft.ML;

namespace MLNetGen.Cli;

/// <summary>Pictures named on the command line; what cannot be read is named and left out.</summary>
internal sealed class PictureArguments
{
    private readonly Argument<string[]> pictures = new("pictures") { Description = "Picture files, and folders of them", Arity = ArgumentArity.OneOrMore };

    public void AddTo(Command command) => command.Add(pictures);

    public IDataView Load(MLContext context, ParseResult parsed)
    {
        IDataView rows = context.Images.LoadFiles(parsed.GetValue(pictures)!, options: null, out ImageFolderReport report);
        foreach (SkippedPicture skipped in report.Skipped)
            Console.Error.WriteLine($"left out {skipped}");
        return rows;
    }
}
