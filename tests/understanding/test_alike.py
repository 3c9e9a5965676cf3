from bot.understanding.alike import groups


def test_sentences_that_ask_the_same_stand_together_largest_group_first() -> None:
    texts = ["残疾车怎么领", "公积金怎么取", "残疾车咋领", "残疾车怎么领啊", "孩子上学没钱"]
    assert groups(texts) == [[0, 2, 3], [1], [4]]


def test_every_sentence_is_in_one_group() -> None:
    texts = ["", "？", "残疾车", "残疾车", "一二三四", "😭"]
    assert sorted(index for group in groups(texts) for index in group) == list(range(len(texts)))
    assert groups([]) == []
