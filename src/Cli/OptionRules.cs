using System.CommandLine;

namespace MLNetGen.Cli;

/// <summary>What a value must be, said before any work begins.</summary>
internal static class OptionRules
{
    /// <summary>Refuses smaller numbers.</summary>
    public static Option<int> AtLeast(this Option<int> option, int least)
    {
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var value && value < least)
                result.AddError($"{option.Name} is {value}; it must be at least {least}.");
        });
        return option;
    }

    /// <summary>Refuses a file that is not a PNG by its name: pictures are written as such.</summary>
    public static TOption Png<TOption>(this TOption option)
        where TOption : Option
    {
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } path && !path.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
                result.AddError($"{option.Name} is '{path}'; it must end in .png: pictures are written as PNG.");
        });
        return option;
    }
}
