using System.Diagnostics;

namespace MLNetGen.Studio;

/// <summary>The program that trains, as the page offers it: the command line, which the studio is a part of.</summary>
public interface ITrainingProgram
{
    /// <summary>What each family can be told.</summary>
    IReadOnlyList<TrainingForm> Forms { get; }

    /// <summary>What is wrong with arguments; null where they can be begun with.</summary>
    /// <param name="arguments">What would be typed after the program's name.</param>
    string? ProblemOf(IReadOnlyList<string> arguments);

    /// <summary>The program with arguments. It stops as by Ctrl-C when its standard input ends.</summary>
    /// <param name="arguments">What would be typed after the program's name.</param>
    ProcessStartInfo Start(IReadOnlyList<string> arguments);

    /// <summary>Which command a run was begun by; null where that is unknown.</summary>
    /// <param name="folder">The run's.</param>
    RecordedTraining? CommandOf(string folder);
}

/// <summary>How a run was begun.</summary>
/// <param name="Family">Of <c>train FAMILY</c>.</param>
/// <param name="Data">The folder of its pictures; null where it named none.</param>
public sealed record RecordedTraining(string Family, string? Data);

/// <summary>A family's training.</summary>
/// <param name="Family">Of <c>train FAMILY</c>.</param>
/// <param name="About">What is trained.</param>
/// <param name="DataOption">The option that names the folder of pictures.</param>
/// <param name="NeedsData">Whether there is no training without.</param>
/// <param name="PictureOption">The option that names a picture, such as a painting; null: none.</param>
/// <param name="Fields">What else can be told.</param>
public sealed record TrainingForm(string Family, string About, string DataOption, bool NeedsData, string? PictureOption, IReadOnlyList<TrainingField> Fields);

/// <summary>An option of a training.</summary>
/// <param name="Name">Without its dashes.</param>
/// <param name="About">What it is.</param>
/// <param name="Kind">What it takes.</param>
/// <param name="Default">What it is where nothing is said; null: that depends.</param>
/// <param name="Choices">What there is to choose from; empty for numbers.</param>
/// <param name="IsCommon">Whether most trainings say something of it.</param>
public sealed record TrainingField(string Name, string About, TrainingFieldKind Kind, string? Default, IReadOnlyList<string> Choices, bool IsCommon);

/// <summary>What an option takes. None takes text: no path comes from a request.</summary>
public enum TrainingFieldKind
{
    /// <summary>On or off.</summary>
    Switch,

    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>Any number.</summary>
    Number,

    /// <summary>One of a few.</summary>
    Choice,
}
