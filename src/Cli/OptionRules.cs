using System.CommandLine;
using System.Globalization;

namespace MLNetGen.Cli;

/// <summary>What a value must be, said before any work begins.</summary>
internal static class OptionRules
{
    /// <summary>Refuses smaller numbers.</summary>
    public static Option<T> AtLeast<T>(this Option<T> option, double least)
    {
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<T>() is IConvertible value && value.ToDouble(CultureInfo.InvariantCulture) < least)
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {value}; it must be at least {least}."));
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
