namespace MLNetGen;

/// <summary>A generated row's nearest training row.</summary>
/// <param name="Row">The generated row, from 0.</param>
/// <param name="TrainingRow">The nearest training row, from 0; of several at the same distance the first.</param>
/// <param name="Distance">Euclidean distance over all pixels with values in [0, 1], at most √(channels·height·width); or over the features.</param>
public sealed record NearestPicture(int Row, int TrainingRow, double Distance);
