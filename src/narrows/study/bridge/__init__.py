"""The only converter between rooms: regime to permission, performance to rate, catalogue to price.

Every function here takes results of one room and returns figures or plain arrays for another.
"""
