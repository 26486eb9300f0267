namespace MLNetGen;

/// <summary>A row's neighbour in the space of features.</summary>
/// <param name="Row">Its number among the rows that were searched, from 0.</param>
/// <param name="Path">Its file, where a column says so.</param>
/// <param name="Label">Its label, where a column of text says so.</param>
/// <param name="Distance">Euclidean distance of the features.</param>
public sealed record SimilarPicture(int Row, string? Path, string? Label, double Distance);
